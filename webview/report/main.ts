import { RpcPeer } from '../../src/protocol/rpcPeer.ts';
import { throttleValues } from '../../src/protocol/throttleValues.ts';
import { hostTransport } from '../shared/hostTransport.ts';
import { vscodeApi } from '../shared/vscodeApi.ts';
import { ReportApp } from './reportApp.ts';
import { ReportModel } from './reportModel.ts';
import type { ReportPeer } from './reportPeer.ts';
import { readReportState, type ReportState } from './reportState.ts';

/** Scrolling changes the state with every frame, and each storing of it is a message to the editor. */
const PERSIST_INTERVAL_MS = 150;

const app = new ReportApp();
const peer: ReportPeer = new RpcPeer(hostTransport(vscodeApi, window), {});
const persist = throttleValues(PERSIST_INTERVAL_MS, (state: ReportState) => vscodeApi.setState(state));
const state = readReportState(vscodeApi.getState(), document.body.dataset.folder ?? '');
const model = new ReportModel(peer, state, {
  onChange: () => app.changed(),
  store: persist.report,
});

app.model = model;
window.addEventListener('pagehide', persist.stop);
peer.on('report/changed', () => void model.start());
peer.on('report/progress', (progress) => model.told(progress));
document.body.replaceChildren(app);
void model.start();

import { RpcPeer } from '../../src/protocol/rpcPeer.ts';
import { throttleValues } from '../../src/protocol/throttleValues.ts';
import { hostTransport } from '../shared/hostTransport.ts';
import { vscodeApi } from '../shared/vscodeApi.ts';
import { CompareApp } from './compareApp.ts';
import { CompareModel } from './compareModel.ts';
import type { ComparePeer } from './comparePeer.ts';
import { readCompareState, type CompareState } from './compareState.ts';

/** Dragging a slider changes the state with every frame, and each storing of it is a message to the editor. */
const PERSIST_INTERVAL_MS = 150;

const app = new CompareApp();
const peer: ComparePeer = new RpcPeer(hostTransport(vscodeApi, window), {});
const persist = throttleValues(PERSIST_INTERVAL_MS, (state: CompareState) => vscodeApi.setState(state));
const model = new CompareModel(peer, readCompareState(vscodeApi.getState()), {
  onChange: () => app.changed(),
  store: persist.report,
});

app.model = model;
window.addEventListener('pagehide', persist.stop);
peer.on('compare/changed', () => void model.start());
peer.on('compare/measuring', (progress) => model.relevance.told(progress));
document.body.replaceChildren(app);
void model.start();

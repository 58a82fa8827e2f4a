import { RpcPeer } from '../../src/protocol/rpcPeer.ts';
import { throttleValues } from '../../src/protocol/throttleValues.ts';
import { hostTransport } from '../shared/hostTransport.ts';
import { vscodeApi } from '../shared/vscodeApi.ts';
import { EarlyAnswers } from './earlyAnswers.ts';
import { InspectorApp } from './inspectorApp.ts';
import { InspectorModel } from './inspectorModel.ts';
import type { InspectorPeer } from './inspectorPeer.ts';
import { mapRequestOf, readPageState, type PageState } from './pageState.ts';

/** Dragging changes the state with every frame, and each storing of it is a message to the editor. */
const PERSIST_INTERVAL_MS = 150;

const pageState = readPageState(vscodeApi.getState());
const app = new InspectorApp();
const peer: InspectorPeer = new RpcPeer(hostTransport(vscodeApi, window), {});
const early = new EarlyAnswers(peer);
const model = new InspectorModel(early, { onChange: () => app.requestUpdate(), run: pageState.run });

model.explain(mapRequestOf(pageState));
app.model = model;
app.pageState = pageState;
const persist = throttleValues(PERSIST_INTERVAL_MS, (state: PageState) => vscodeApi.setState(state));
app.store = persist.report;
window.addEventListener('pagehide', persist.stop);
peer.on('inspector/show', (image) => {
  early.expect(image?.early ?? []);
  model.follow(image);
});
peer.on('inspector/early', (answer) => early.receive(answer));
peer.on('inspector/command', (command) => app.run(command));
document.body.replaceChildren(app);
void model.start();

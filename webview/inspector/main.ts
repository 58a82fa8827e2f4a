import { RpcPeer } from '../../src/protocol/rpcPeer.ts';
import { hostTransport } from '../shared/hostTransport.ts';
import { vscodeApi } from '../shared/vscodeApi.ts';
import { InspectorApp } from './inspectorApp.ts';
import { InspectorModel, type InspectorPeer } from './inspectorModel.ts';
import { readPageState } from './pageState.ts';

const pageState = readPageState(vscodeApi.getState());
const app = new InspectorApp();
const peer: InspectorPeer = new RpcPeer(hostTransport(vscodeApi, window), {});
const model = new InspectorModel(peer, { onChange: () => app.requestUpdate(), run: pageState.run });

app.model = model;
app.pageState = pageState;
app.store = (state) => vscodeApi.setState(state);
peer.on('inspector/show', (image) => model.follow(image));
peer.on('inspector/command', (command) => app.run(command));
document.body.replaceChildren(app);
void model.start();

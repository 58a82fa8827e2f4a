import type { NoApi } from '../../src/protocol/envelope.ts';
import type { InspectorApi, InspectorEvents } from '../../src/protocol/inspectorApi.ts';
import type { RpcPeer } from '../../src/protocol/rpcPeer.ts';

/** The page's end of the pipe to the editor. */
export type InspectorPeer = RpcPeer<NoApi, InspectorApi, object, InspectorEvents>;

import type { CompareApi, CompareEvents } from '../../src/protocol/compareApi.ts';
import type { NoApi } from '../../src/protocol/envelope.ts';
import type { RpcPeer } from '../../src/protocol/rpcPeer.ts';

/** The page's end of the pipe to the editor. */
export type ComparePeer = RpcPeer<NoApi, CompareApi, object, CompareEvents>;

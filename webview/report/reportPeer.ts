import type { NoApi } from '../../src/protocol/envelope.ts';
import type { ReportApi, ReportEvents } from '../../src/protocol/reportApi.ts';
import type { RpcPeer } from '../../src/protocol/rpcPeer.ts';

/** The page's end of the pipe to the editor. */
export type ReportPeer = RpcPeer<NoApi, ReportApi, object, ReportEvents>;

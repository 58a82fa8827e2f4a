import { parseParams } from '../jobs/parseParams.ts';
import { toTsyndError } from '../jobs/toTsyndError.ts';
import type { Api } from '../protocol/envelope.ts';
import type { Handlers, RequestContext } from '../protocol/rpcPeer.ts';
import type { ParamSchemas } from './paramSchemas.ts';

/**
 * The handlers, each given only parameters that fit its schema, and throwing TsyndErrors only. What does not fit
 * throws 'settings/invalid' before the handler is called.
 */
export function checkedHandlers<A extends Api<A>>(
  schemas: ParamSchemas<A>,
  handlers: Handlers<A>,
): Handlers<A> {
  const checked = (Object.keys(schemas) as (keyof A & string)[]).map((method) => {
    const handler = handlers[method];
    const call = async (params: unknown, context: RequestContext<unknown>): Promise<unknown> => {
      const known = parseParams(method, schemas[method], params);
      try {
        return await handler(known, context);
      } catch (error) {
        throw toTsyndError(error);
      }
    };
    return [method, call] as const;
  });
  return Object.fromEntries(checked) as Handlers<A>;
}

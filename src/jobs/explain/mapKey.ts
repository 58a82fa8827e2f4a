import { createHash } from 'node:crypto';
import type { HostTensor } from '../../engine/tensor.ts';
import { mapIdentitySchema, type MapIdentity } from '../../runs/mapRecord.ts';

/** Grows when the same choices would give other maps. */
export const MAP_VERSION = 1;

/** The digest of all that a map depends on; safe as a file name. */
export function mapKey(identity: MapIdentity): string {
  // The schema gives the fields an order.
  return createHash('sha256')
    .update(JSON.stringify(mapIdentitySchema.parse(identity)))
    .digest('hex');
}

/** SHA-256 of a tensor's values and shape, in hexadecimal. */
export function tensorSha256({ data, shape }: HostTensor): string {
  const hash = createHash('sha256').update(`${shape.join('x')}\n`);
  return hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).digest('hex');
}

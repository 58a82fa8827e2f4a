import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { throwIfCancelled } from './dataset.ts';

/** SHA-256 of a file, in hexadecimal, read piece by piece. Throws TsyndError 'cancelled'. */
export async function sha256OfFile(filePath: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(filePath)) {
    throwIfCancelled(signal, `Reading ${filePath}`);
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}

/** SHA-256 in hexadecimal. */
export function sha256Of(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

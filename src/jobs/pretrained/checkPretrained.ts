import type { GenerateSettings } from '../../protocol/settings.ts';
import type { ModelConfigs } from '../modelConfigs.ts';
import { readPretrained } from './readPretrained.ts';

/**
 * What a person should know about the weights that a run starts from; none where it starts from nothing. Throws what
 * `readPretrained` throws, before anything is trained.
 */
export async function checkPretrained(
  { classifier: { pretrained } }: Pick<GenerateSettings, 'classifier'>,
  { classifier }: Pick<ModelConfigs, 'classifier'>,
): Promise<readonly string[]> {
  return pretrained ? (await readPretrained(pretrained, classifier)).notes : [];
}

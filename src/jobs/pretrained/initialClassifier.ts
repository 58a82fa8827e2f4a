import { declareClassifier } from '../../models/classifier.ts';
import { initializeModel, type ModelState } from '../../nn/modelState.ts';
import { runKey, type RunSession } from '../runSession.ts';
import { readPretrained } from './readPretrained.ts';

/**
 * The classifier that a run's training starts from: drawn from the run's seed, with the published or earlier weights
 * of `classifier.pretrained` in place of all that they have. A head of another width stays as it was drawn.
 *
 * Throws TsyndError 'run/settings-differ' when the weights are not those that the run was started with, and what
 * `readPretrained` throws.
 */
export async function initialClassifier(
  session: Pick<RunSession, 'settings' | 'configs'>,
): Promise<ModelState> {
  const { settings, configs } = session;
  const drawn = initializeModel(
    declareClassifier(configs.classifier),
    runKey(session, 'classifier', 'initial'),
  );
  const { pretrained } = settings.classifier;
  if (!pretrained) return drawn;
  const { state } = await readPretrained(pretrained, configs.classifier);
  return new Map([...drawn].map(([name, tensor]) => [name, state.get(name) ?? tensor]));
}

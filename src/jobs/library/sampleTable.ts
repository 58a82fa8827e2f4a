import type { SampleDetails, SampleTable } from '../../protocol/sampleTable.ts';
import { readRunSettings } from '../openRunDataset.ts';
import type { ReadRun, RunReader } from './runReader.ts';
import type { SourceImages } from './sourceImages.ts';

type NumberField = 'miBefore' | 'miAfter' | 'entropyBefore' | 'entropyAfter' | 'latentDistance';

/** The samples of a run in columns. */
export function toSampleTable({ run, list: { entries } }: ReadRun): SampleTable {
  const column = (field: NumberField): Float32Array => {
    const values = new Float32Array(entries.length);
    entries.forEach((entry, index) => (values[index] = entry[field]));
    return values;
  };
  return {
    ids: entries.map(({ id }) => id),
    labels: entries.map(({ label }) => label),
    predictedLabels: entries.map(({ predictedLabel }) => predictedLabel),
    miBefore: column('miBefore'),
    miAfter: column('miAfter'),
    entropyBefore: column('entropyBefore'),
    entropyAfter: column('entropyAfter'),
    latentDistance: column('latentDistance'),
    numMcSamples: entries.at(0)?.numMcSamples ?? readRunSettings(run).generation.numMcSamples,
  };
}

/** All of one sample, and where its parent lies. Throws what `RunReader.readSample` throws. */
export async function readSampleDetails(
  runPath: string,
  id: string,
  { reader, sources }: { readonly reader: RunReader; readonly sources: SourceImages },
): Promise<SampleDetails> {
  const { run, log, entry } = await reader.readSample(runPath, id);
  const record = await log.readRecord(entry);
  const { probsBefore, probsAfter, parent } = record;
  const { file, index } = parent;
  return {
    id,
    record,
    probsBefore,
    probsAfter,
    source: { file, index, ...(await sources.locate(run, parent)) },
  };
}

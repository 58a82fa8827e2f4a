import path from 'node:path';
import type { HostTensor } from '../engine/tensor.ts';
import { TsyndError } from '../protocol/errors.ts';
import type { ImageRef } from '../protocol/imageData.ts';
import type { Label } from '../protocol/sampleTable.ts';
import { RunFolder } from '../runs/runFolder.ts';
import { CsvLists } from './library/csvLists.ts';
import { DatasetPlaces } from './library/datasetPlaces.ts';
import type { PlanarPixels } from './library/imageBatch.ts';
import { partsInside } from './library/insideFolder.ts';
import { RunDatasets } from './library/runDatasets.ts';
import { RunReader } from './library/runReader.ts';
import { SourceImages } from './library/sourceImages.ts';
import { locateSynthetic } from './library/syntheticImages.ts';
import { readForClassifier, toInput } from './readForClassifier.ts';
import { ScoredImages } from './scores/scoredImages.ts';
import { ScoreFolders } from './scores/scoreFolders.ts';

/** An image as a run's classifier takes it. */
export interface ClassifierImage {
  /** `[1, C, H, W]` in [0, 1]. */
  readonly input: HostTensor;
  /** Whether it is one of the run's samples, or belongs to the run's dataset. */
  readonly isOfRun: boolean;
  /** Its label in the classes of the run; undefined where it is not known. */
  readonly findLabel: () => Promise<Label | undefined>;
}

type ImageOf<K extends ImageRef['kind']> = Extract<ImageRef, { readonly kind: K }>;

/** Reads images, wherever they lie, as the classifiers of runs take them. */
export class ClassifierImages {
  private readonly runs = new RunReader();
  private readonly lists = new CsvLists();
  private readonly sources: SourceImages;
  private readonly places = new DatasetPlaces(this.lists);
  private readonly scores = new ScoreFolders();
  private readonly scored = new ScoredImages(this.scores, this.lists);
  private readonly datasets: RunDatasets;

  constructor(datasets = new RunDatasets()) {
    this.datasets = datasets;
    this.sources = new SourceImages(this.runs, this.lists, datasets);
  }

  /**
   * Throws TsyndError 'image/unreadable' when the image cannot be read, 'image/outside-run' where it comes from images
   * of another size or colour, and what `RunReader.readSample`, `SourceImages`, `RunDatasets` and `ScoredImages` throw.
   */
  read(run: RunFolder, image: ImageRef): Promise<ClassifierImage> {
    switch (image.kind) {
      case 'file':
        return this.readFile(run, image.path);
      case 'source':
        return this.readSource(run, image);
      case 'synthetic':
        return this.readSynthetic(run, image);
      case 'dataset':
        return this.readDatasetImage(run, image);
      case 'scored':
        return this.readScored(run, image);
    }
  }

  private async readFile(run: RunFolder, file: string): Promise<ClassifierImage> {
    return {
      input: await readForClassifier(file, run.manifest.dataset),
      // A file has a life of its own, even in the folder of a dataset.
      isOfRun: false,
      findLabel: () => this.labelOfFile(run, path.resolve(file)),
    };
  }

  private async readSource(run: RunFolder, image: ImageOf<'source'>): Promise<ClassifierImage> {
    const { run: parentRun, entry } = await this.runs.readSample(image.run, image.sampleId);
    const { dataset } = parentRun.manifest;
    return {
      input: toInputOf(run, await this.sources.read(parentRun, entry.parent), dataset),
      isOfRun: isSameDataset(run, parentRun),
      findLabel: () => Promise.resolve(labelIn(run, entry.label, dataset.classNames)),
    };
  }

  private async readSynthetic(run: RunFolder, image: ImageOf<'synthetic'>): Promise<ClassifierImage> {
    const { run: madeBy, entry } = await this.runs.readSample(image.run, image.sampleId);
    const { classNames } = madeBy.manifest.dataset;
    return {
      input: await readForClassifier(await locateSynthetic(madeBy, entry), run.manifest.dataset),
      isOfRun: madeBy.paths.root === run.paths.root,
      findLabel: () => Promise.resolve(labelIn(run, entry.label, classNames)),
    };
  }

  private async readDatasetImage(run: RunFolder, image: ImageOf<'dataset'>): Promise<ClassifierImage> {
    const owner = await RunFolder.open(image.run);
    const item = await this.datasets.image(owner, image.split, image.index);
    const { dataset } = owner.manifest;
    return {
      input: toInputOf(run, item, dataset),
      isOfRun: isSameDataset(run, owner),
      findLabel: () => Promise.resolve(labelIn(run, item.label, dataset.classNames)),
    };
  }

  private async readScored(run: RunFolder, { folder, id }: ImageOf<'scored'>): Promise<ClassifierImage> {
    const { scores, record } = await this.scores.readRecord(folder, id);
    const item = await this.scored.readRecord(scores, record);
    const { dataset } = scores.facts;
    return {
      input: toInputOf(run, item, item),
      isOfRun: dataset.sha256 === run.manifest.dataset.sha256,
      findLabel: () => Promise.resolve(labelIn(run, item.label, dataset.classNames)),
    };
  }

  /** The label of a file that lies in the run's dataset, or is one of the run's samples. */
  private async labelOfFile(run: RunFolder, file: string): Promise<Label | undefined> {
    const { dataset } = run.manifest;
    const place = await this.places.find(dataset, file);
    if (place) return labelIn(run, dataset.classNames.indexOf(place.className), dataset.classNames);
    const parts = partsInside(run.paths.root, file);
    if (!parts) return undefined;
    const { list } = await this.runs.read(run.paths.root);
    return list.byFile.get(parts.join('/'))?.label;
  }
}

/** Throws TsyndError 'image/outside-run' where the image has another form than those of the run. */
function toInputOf(
  run: RunFolder,
  { pixels, maxValue }: PlanarPixels,
  { imageSize, channels }: { readonly imageSize: number; readonly channels: 1 | 3 },
): HostTensor {
  const { dataset } = run.manifest;
  if (dataset.imageSize === imageSize && dataset.channels === channels)
    return toInput(pixels, maxValue, dataset);
  throw new TsyndError(
    'image/outside-run',
    `Run ${run.id} has images of another size or colour than the run that this image comes from.`,
    { remedy: 'Choose a run of the same dataset.' },
  );
}

function isSameDataset({ manifest }: RunFolder, other: RunFolder): boolean {
  return manifest.dataset.sha256 === other.manifest.dataset.sha256;
}

/** The label where it means the same to the run, undefined where the classes are others. */
function labelIn({ manifest }: RunFolder, label: Label, classNames: readonly string[]): Label | undefined {
  const known = manifest.dataset.classNames;
  const isSame =
    known.length === classNames.length && known.every((name, index) => name === classNames[index]);
  return isSame && !(typeof label === 'number' && label < 0) ? label : undefined;
}

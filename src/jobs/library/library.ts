import path from 'node:path';
import { openDataset } from '../../data/openDataset.ts';
import type { LibraryApi } from '../../protocol/libraryApi.ts';
import { RunFolder } from '../../runs/runFolder.ts';
import { ScoredImages } from '../scores/scoredImages.ts';
import { ScoreFolders } from '../scores/scoreFolders.ts';
import { summarizeDataset } from '../summarizeDataset.ts';
import { CsvLists } from './csvLists.ts';
import { DatasetChecks } from './datasetChecks.ts';
import { DatasetPlaces } from './datasetPlaces.ts';
import { readDatasetImages } from './datasetImages.ts';
import { describeImage } from './describeImage.ts';
import { listRuns } from './listRuns.ts';
import { RunDatasets } from './runDatasets.ts';
import { RunReader } from './runReader.ts';
import { describeMissing } from './sampleList.ts';
import { readSampleDetails, toSampleTable } from './sampleTable.ts';
import { SourceImages } from './sourceImages.ts';
import { RunSummarizer } from './summarizeRun.ts';
import { readSyntheticImages } from './syntheticImages.ts';
import { SyntheticFiles } from './syntheticFiles.ts';
import { WholeImages } from './wholeImages.ts';

type Params<M extends keyof LibraryApi> = LibraryApi[M]['params'];
type Result<M extends keyof LibraryApi> = Promise<LibraryApi[M]['result']>;

/** What a long method may use beside its parameters. */
export interface LibraryContext<Progress = unknown> {
  readonly signal?: AbortSignal | undefined;
  readonly progress?: ((value: Progress) => void) | undefined;
}

/**
 * Reads runs, samples and images for the editor: the methods of `LibraryApi` that change nothing on the disk. What is
 * read stays in memory as long as the files are the same. All methods throw TsyndError with what a person can do.
 */
export class Library {
  private readonly csvLists = new CsvLists();
  private readonly reader = new RunReader();
  private readonly summarizer = new RunSummarizer();
  private readonly datasets = new RunDatasets();
  private readonly sources = new SourceImages(this.reader, this.csvLists, this.datasets);
  private readonly checks = new DatasetChecks();
  private readonly places = new DatasetPlaces(this.csvLists);
  private readonly synthetic = new SyntheticFiles(this.reader);
  private readonly scores: ScoreFolders;
  private readonly wholeImages: WholeImages;

  constructor(scores = new ScoreFolders(), scored = new ScoredImages(scores)) {
    this.scores = scores;
    const { reader, sources, datasets } = this;
    this.wholeImages = new WholeImages({ reader, sources, datasets, scores, scored });
  }

  async inspectDataset(
    { path, imageSize }: Params<'dataset/inspect'>,
    { signal, progress }: LibraryContext<LibraryApi['dataset/inspect']['progress']> = {},
  ): Result<'dataset/inspect'> {
    const dataset = await openDataset(path, {
      skipUnreadable: true,
      // Which images a drawn split gets depends on a run's seed; how many hardly does.
      seed: 0,
      ...(imageSize === undefined ? {} : { imageSize }),
      ...(signal && { signal }),
      ...(progress && { onProgress: (done, total) => progress({ done, total }) }),
    });
    return summarizeDataset(dataset);
  }

  listRuns({ folders }: Params<'runs/list'>): Result<'runs/list'> {
    return listRuns(folders, this.summarizer);
  }

  summarizeRun({ run }: Params<'run/summary'>): Result<'run/summary'> {
    return this.summarizer.summarize(run);
  }

  async readSamples({ run }: Params<'run/samples'>): Result<'run/samples'> {
    const read = await this.reader.read(run);
    const missing = await describeMissing(read.run, read.list);
    return { table: toSampleTable(read), notices: [...read.list.notices, ...missing] };
  }

  readSampleDetails({ run, id }: Params<'run/sample'>): Result<'run/sample'> {
    const { reader, sources } = this;
    return readSampleDetails(run, id, { reader, sources });
  }

  async readSampleImages({ run, ids, layer }: Params<'run/images'>): Result<'run/images'> {
    const read = await this.reader.read(run);
    return layer === 'source' ? this.sources.readBatch(read, ids) : readSyntheticImages(read, ids);
  }

  async checkDataset(
    { run }: Params<'run/checkDataset'>,
    { signal }: LibraryContext = {},
  ): Result<'run/checkDataset'> {
    return this.checks.check(await RunFolder.open(run), signal);
  }

  async readDatasetImages({ run, ...wanted }: Params<'run/datasetImages'>): Result<'run/datasetImages'> {
    return readDatasetImages(await RunFolder.open(run), wanted, this.datasets);
  }

  readImage({ image }: Params<'image/read'>): Result<'image/read'> {
    return this.wholeImages.read(image);
  }

  async describeImage({ image, folders }: Params<'image/describe'>): Result<'image/describe'> {
    const { reader, places, synthetic, datasets, scores } = this;
    const listed = await listRuns(folders, this.summarizer);
    // A cell of an experiment is in none of the folders, and its own classifier is the first to ask.
    const isElsewhere =
      image.kind === 'dataset' && !listed.some(({ folder }) => folder === path.resolve(image.run));
    const runs = isElsewhere ? [await this.summarizer.summarize(image.run), ...listed] : listed;
    return describeImage(image, { runs, reader, places, synthetic, datasets, scores });
  }

  describeSyntheticFiles({ files }: Params<'files/synthetic'>): Result<'files/synthetic'> {
    return this.synthetic.describe(files);
  }
}

import type { Curations } from '../jobs/curation/curations.ts';
import { installDevice } from '../jobs/devices/installDevice.ts';
import { surveyDevices } from '../jobs/devices/surveyDevices.ts';
import { experimentFromExport } from '../jobs/experiment/experimentFromExport.ts';
import { exportCurated } from '../jobs/exportCurated/exportCurated.ts';
import { Library } from '../jobs/library/library.ts';
import { listReports } from '../jobs/relevance/relevanceFiles.ts';
import { buildReport } from '../jobs/report/buildReport.ts';
import { listExperiments } from '../jobs/report/listExperiments.ts';
import { ReportMemory } from '../jobs/report/reportMemory.ts';
import { writeReportFile } from '../jobs/report/writeReport.ts';
import { ScoredImages } from '../jobs/scores/scoredImages.ts';
import { ScoreFolders } from '../jobs/scores/scoreFolders.ts';
import { ScoreLibrary } from '../jobs/scores/scoreLibrary.ts';
import type { LibraryApi } from '../protocol/libraryApi.ts';
import type { Handlers } from '../protocol/rpcPeer.ts';
import { checkedHandlers } from './checkedHandlers.ts';
import { LIBRARY_PARAMS } from './libraryParams.ts';

/** What the library process answers. `curations` are held until whoever made them closes them. */
export function libraryHandlers(curations: Curations): Handlers<LibraryApi> {
  const scoreFolders = new ScoreFolders();
  const scoredImages = new ScoredImages(scoreFolders);
  const library = new Library(scoreFolders, scoredImages);
  const scores = new ScoreLibrary(scoreFolders, scoredImages);
  const reports = new ReportMemory();
  return checkedHandlers<LibraryApi>(LIBRARY_PARAMS, {
    'dataset/inspect': (params, context) => library.inspectDataset(params, context),
    'devices/survey': ({ refresh }, { signal }) => surveyDevices({ refresh, signal }),
    'devices/install': async ({ what }, { signal, progress }) => {
      for await (const step of installDevice(what, { signal })) progress(step);
      return null;
    },
    'runs/list': (params) => library.listRuns(params),
    'experiments/list': ({ folders }) => listExperiments(folders),
    'experiment/report': ({ folder }) => buildReport(folder, reports),
    'experiment/fromExport': (params) => experimentFromExport(params),
    'experiment/writeReport': async ({ folder, format, target }) => {
      await writeReportFile(await buildReport(folder, reports), target, format);
      return null;
    },
    'run/summary': (params) => library.summarizeRun(params),
    'run/samples': (params) => library.readSamples(params),
    'run/sample': (params) => library.readSampleDetails(params),
    'run/images': (params) => library.readSampleImages(params),
    'run/checkDataset': (params, context) => library.checkDataset(params, context),
    'curation/open': async ({ run }) => {
      const { snapshot, heldBy, notices } = await curations.open(run);
      return { ...snapshot, heldBy, notices };
    },
    'curation/close': async ({ run }) => {
      await curations.close(run);
      return null;
    },
    'curation/decide': async ({ run, ids, decision }) => (await curations.get(run)).decide(ids, decision),
    'curation/undo': async ({ run }) => (await curations.get(run)).undo(),
    'curation/redo': async ({ run }) => (await curations.get(run)).redo(),
    'export/curated': (params, { signal, progress }) =>
      exportCurated({ ...params, signal, onProgress: (done, total) => progress({ done, total }) }),
    'scores/list': (params) => scores.list(params),
    'scores/read': (params) => scores.read(params),
    'scores/image': (params) => scores.readImage(params),
    'scores/images': (params) => scores.readImages(params),
    'run/datasetImages': (params) => library.readDatasetImages(params),
    'run/relevance': ({ run }) => listReports(run),
    'image/read': (params) => library.readImage(params),
    'image/describe': (params) => library.describeImage(params),
    'files/synthetic': (params) => library.describeSyntheticFiles(params),
  });
}

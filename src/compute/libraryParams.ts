import { z } from 'zod';
import { INSTALLABLE } from '../protocol/devices.ts';
import { EXPORT_FORMATS, IMAGE_LAYERS, type LibraryApi } from '../protocol/libraryApi.ts';
import { SCORED_SPLITS } from '../protocol/scoreTable.ts';
import { generateSettingsSchema, PRESETS } from '../protocol/settings.ts';
import { absolutePath, imageRef, sampleId, type ParamSchemas } from './paramSchemas.ts';

const paths = z.array(absolutePath);
const sampleIds = z.array(sampleId);
const ofRun = z.strictObject({ run: absolutePath });

export const LIBRARY_PARAMS: ParamSchemas<LibraryApi> = {
  'dataset/inspect': z.strictObject({
    path: absolutePath,
    imageSize: generateSettingsSchema.shape.imageSize,
  }),
  'devices/survey': z.strictObject({ refresh: z.boolean().optional() }),
  'devices/install': z.strictObject({ what: z.enum(INSTALLABLE) }),
  'runs/list': z.strictObject({ folders: paths }),
  'experiments/list': z.strictObject({ folders: paths }),
  'experiment/report': z.strictObject({ folder: absolutePath }),
  'experiment/fromExport': z.strictObject({
    export: absolutePath,
    preset: z.enum(PRESETS),
    seeds: z.array(generateSettingsSchema.shape.seed).min(1),
    out: absolutePath,
    runs: paths.optional(),
  }),
  'experiment/writeReport': z.strictObject({
    folder: absolutePath,
    format: z.enum(['html', 'md', 'csv']),
    target: absolutePath,
  }),
  'run/summary': ofRun,
  'run/samples': ofRun,
  'run/sample': z.strictObject({ run: absolutePath, id: sampleId }),
  'run/images': z.strictObject({ run: absolutePath, ids: sampleIds, layer: z.enum(IMAGE_LAYERS) }),
  'run/checkDataset': ofRun,
  'curation/open': ofRun,
  'curation/close': ofRun,
  'curation/decide': z.strictObject({
    run: absolutePath,
    ids: sampleIds,
    decision: z.enum(['accepted', 'rejected', 'cleared']),
  }),
  'curation/undo': ofRun,
  'curation/redo': ofRun,
  'export/curated': z.strictObject({
    run: absolutePath,
    format: z.enum(EXPORT_FORMATS),
    target: absolutePath,
    syntheticOnly: z.boolean(),
  }),
  'scores/list': ofRun,
  'scores/read': z.strictObject({ folder: absolutePath }),
  'scores/image': z.strictObject({ folder: absolutePath, id: sampleId }),
  'scores/images': z.strictObject({ folder: absolutePath, ids: sampleIds }),
  'run/datasetImages': z.strictObject({
    run: absolutePath,
    split: z.enum(SCORED_SPLITS),
    limit: z.int().min(1).max(1024),
  }),
  'run/relevance': ofRun,
  'image/read': z.strictObject({ image: imageRef }),
  'image/describe': z.strictObject({ image: imageRef, folders: paths }),
  'files/synthetic': z.strictObject({ files: paths }),
};

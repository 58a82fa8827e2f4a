import type { Services } from '../services.ts';
import { DatasetDocuments } from './datasetDocuments.ts';
import { DeviceSurveys } from './deviceSurveys.ts';

/** What all flows of a window share. */
export interface GenerateTools {
  readonly documents: DatasetDocuments;
  readonly surveys: DeviceSurveys;
}

const toolsOf = new WeakMap<Services, GenerateTools>();

/** Made when the first flow starts, since most windows never start one. */
export function generateTools(services: Services): GenerateTools {
  const known = toolsOf.get(services);
  if (known) return known;
  const documents = new DatasetDocuments();
  services.context.subscriptions.push(documents);
  const tools = { documents, surveys: new DeviceSurveys(services.compute) };
  toolsOf.set(services, tools);
  return tools;
}

import type { Services } from '../services.ts';
import { DatasetDocuments } from './datasetDocuments.ts';

const documentsOf = new WeakMap<Services, DatasetDocuments>();

/** What all flows of a window show summaries in; made when the first one starts, since most windows never start one. */
export function sharedDocuments(services: Services): DatasetDocuments {
  const known = documentsOf.get(services);
  if (known) return known;
  const documents = new DatasetDocuments();
  services.context.subscriptions.push(documents);
  documentsOf.set(services, documents);
  return documents;
}

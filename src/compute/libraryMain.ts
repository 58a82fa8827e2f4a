import { Curations } from '../jobs/curation/curations.ts';
import { libraryHandlers } from './libraryHandlers.ts';
import { serveProcess } from './serveProcess.ts';

const curations = new Curations();
serveProcess('library process', libraryHandlers(curations), () => curations.closeAll());

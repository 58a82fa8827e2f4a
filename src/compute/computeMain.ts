import { computeHandlers } from './computeHandlers.ts';
import { serveProcess } from './serveProcess.ts';

serveProcess('compute process', computeHandlers());

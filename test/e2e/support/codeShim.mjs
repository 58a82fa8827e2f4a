#!/usr/bin/env node
// What @vscode/test-electron starts in place of VS Code's desktop program: see codeShim.ts.
import { register } from 'tsx/esm/api';

register();
await import('./codeShim.ts');

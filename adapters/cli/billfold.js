#!/usr/bin/env -S node --max-semi-space-size=8 --heap-growing-percent=50
// JavaScript, so that Node does not load what strips types before it knows where to find them stripped: that takes half a second, and 25 MB which
// are never given back. package.json starts it with the same flags; what they are for stands in test/bench/RESULTS.md, "memory".
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// What was compiled once is read from there. A folder that cannot be written is no failure.
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/billfold', import.meta.url)));
await import('./main.ts');

// For a whole run of tests: engines as they are where a page's policy forbids WebAssembly.
Reflect.deleteProperty(globalThis, "WebAssembly");

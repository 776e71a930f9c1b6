// What tests use of src/adapters/file-store.
export { FileCounterStore } from "../../../../src/adapters/file-store/index.ts";

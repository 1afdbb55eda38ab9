//! Nothing is compiled: `fetch` wants the files of the dependency.

// The peer: no editor, no project, one flow file beside this one.
module.exports = {
  uiPort: process.env.PORT,
  uiHost: "127.0.0.1",
  flowFile: "flows.json",
  credentialSecret: false,
  httpAdminRoot: false,
  diagnostics: { enabled: false },
  logging: { console: { level: "warn" } },
};

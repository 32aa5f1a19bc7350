// Loaded into every process that `npm start` starts: when the starter is killed, its processes end themselves.
// What they write is for its owner alone.
process.umask(0o077);
if (process.channel) {
  process.channel.unref();
  process.once("disconnect", () => {
    for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
    process.kill(process.pid, "SIGTERM");
  });
}

/** What the promise brings, or "silent" when it takes longer than this. */
export async function within<Answer>(ms: number, promise: Promise<Answer>): Promise<Answer | "silent"> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<"silent">((settle) => {
    timer = setTimeout(() => settle("silent"), ms);
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}

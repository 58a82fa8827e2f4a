/** Calls back once after that many ms, unless the returned function is called before. */
export type Later = (ms: number, callback: () => void) => () => void;

export const laterOnPage: Later = (ms, callback) => {
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
};

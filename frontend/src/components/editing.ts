// What the editors of all activities have in common.

/** `append`: it runs, and only new questions or stories may be added. `all`: it is over. */
export type Lock = "none" | "append" | "all";

export type EditorProps<Config> = {
  config: Config;
  onChange: (config: Config) => void;
  /** What is wrong at a JSON pointer of the request: `/config/options/0/label`. */
  wrong: (pointer: string) => string | undefined;
  lock: Lock;
  /** How many questions or stories the server has: they stay where `lock` is `append`. */
  saved: number;
  /** Which question or story is being edited, for the preview. */
  onLook?: (index: number) => void;
};

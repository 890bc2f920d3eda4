// The moments of a recording, and when they are shown.

/** Something that happened in a terminal: `o` wrote a text, `r` changed the size. */
export interface Moment {
  code: string;
  text: string;
}

/** When nothing happens for longer than so many seconds, that much is shown of it where idle times are skipped. */
export const LONGEST_IDLE = 2;

/** An asciicast v2 file as far as it has come. <https://docs.asciinema.org/manual/asciicast/v2/> */
export class Timeline {
  readonly moments: Moment[] = [];
  columns = 80;
  rows = 24;
  /** When each moment was, and when it is where idle times are skipped. */
  readonly #told: number[] = [];
  readonly #short: number[] = [];
  #times: number[] = this.#told;

  /** Adds lines; answers whether the first one was among them, which says how large the terminal is. */
  add(lines: readonly string[]): boolean {
    let isHeader = false;
    for (const line of lines.filter((line) => line !== "")) {
      const value = JSON.parse(line) as unknown;
      if (Array.isArray(value)) {
        const [seconds, code, text] = value as [number, string, string];
        const idle = seconds - (this.#told.at(-1) ?? 0);
        this.#short.push((this.#short.at(-1) ?? 0) + Math.min(Math.max(idle, 0), LONGEST_IDLE));
        this.#told.push(seconds);
        this.moments.push({ code, text });
      } else {
        const { width, height } = value as { width: number; height: number };
        [this.columns, this.rows, isHeader] = [width, height, true];
      }
    }
    return isHeader;
  }

  /** How long it is, in seconds. */
  length(): number {
    return this.#times.at(-1) ?? 0;
  }

  /** How many moments there are until then. */
  until(seconds: number): number {
    let [low, high] = [0, this.#times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#times[middle]! <= seconds) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Skips idle times, or does not any more. Answers where a position is then: behind the same moment. */
  skip(skips: boolean, position: number): number {
    const index = this.until(position) - 1;
    const since = index < 0 ? position : position - this.#times[index]!;
    this.#times = skips ? this.#short : this.#told;
    const from = index < 0 ? 0 : this.#times[index]!;
    return Math.min(from + since, this.#times[index + 1] ?? this.length());
  }
}

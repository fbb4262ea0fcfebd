/** What `basilect test --json` tells, line by line. */

/** What came of one transcript. */
export interface Outcome {
  file: string;
  verdict: "passed" | "failed" | "broken";
  took_ms: number;
  /** Line of the transcript, counted from 1. */
  line?: number;
  expected?: string;
  got?: string;
  /** `script.bas:12`, the line that said what came instead. */
  said_by?: string | null;
  message?: string;
}

/** Longest line that is kept while its end has not come: one outcome is never longer. */
const LINE_CHARACTERS = 4_000_000;

/** Takes output in pieces and gives outcomes as soon as their lines are whole. */
export class Lines {
  private rest = "";

  constructor(
    private readonly found: (outcome: Outcome) => void,
    private readonly other: (line: string) => void,
  ) {}

  take(piece: string): void {
    const lines = (this.rest + piece).split("\n");
    this.rest = (lines.pop() ?? "").slice(0, LINE_CHARACTERS);
    lines.forEach((line) => this.line(line));
  }

  /** The last line may have no end. */
  finish(): void {
    if (this.rest !== "") this.line(this.rest);
    this.rest = "";
  }

  private line(line: string): void {
    const outcome = outcomeOf(line);
    if (outcome) this.found(outcome);
    else if (line.trim() !== "") this.other(line);
  }
}

/** The outcome that a line holds, if it holds one. */
export function outcomeOf(line: string): Outcome | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isOutcome(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isOutcome(value: unknown): value is Outcome {
  if (typeof value !== "object" || value === null) return false;
  const { file, verdict } = value as Partial<Outcome>;
  return typeof file === "string" && ["passed", "failed", "broken"].includes(verdict ?? "");
}

/** What a person is told of a failure. */
export function told(outcome: Outcome): string {
  if (outcome.verdict === "broken") return outcome.message ?? "The test could not be run.";
  const lines = [`expected  ${outcome.expected ?? ""}`, `got       ${outcome.got ?? ""}`];
  if (outcome.said_by) lines.push(`said by   ${outcome.said_by}`);
  return lines.join("\n");
}

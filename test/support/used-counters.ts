import { CounterBook, type CounterStates } from "../../src/members/counter-book.ts";
import type { CompiledProgram } from "../../src/programs/compiled.ts";
import { counterId } from "../../src/rules/limits/counter.ts";

/** The counters that a program may ask at some instants, with nothing used, as the write path would load them. */
export function counterBook(program: CompiledProgram, ...instants: Date[]): CounterBook {
  const [ofMember, ofProgram]: CounterStates[] = [new Map(), new Map()];
  for (const counter of instants.flatMap((at) => program.countersAt(at))) {
    const states = counter.for === "member" ? ofMember : ofProgram;
    states?.set(counterId(counter), { key: counter.key, period: counter.period, used: 0, reserved: 0 });
  }
  return new CounterBook(ofMember ?? new Map(), ofProgram ?? new Map());
}

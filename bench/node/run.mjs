// How fast are the engines that run in Node, on the rules and visitors that arrive as one JSON?
import { readFileSync } from "node:fs";
import { LogicEngine } from "json-logic-engine";
import { Engine } from "json-rules-engine";

const task = JSON.parse(readFileSync(0, "utf8"));
const named = (fact) => fact.replaceAll(".", "_");
const prepare = (facts) =>
  Object.fromEntries(Object.entries(facts).map(([name, value]) => [named(name), value]));

const logic = {
  is: (fact, value) => ({ "===": [fact, value] }),
  is_not: (fact, value) => ({ "!==": [fact, value] }),
  in: (fact, value) => ({ in: [fact, value] }),
  contains: (fact, value) => ({ in: [value, fact] }),
  starts_with: (fact, value) => ({ "===": [{ substr: [fact, 0, value.length] }, value] }),
  between: (fact, [low, high]) => ({ "<=": [low, fact, high] }),
  gte: (fact, value) => ({ ">=": [fact, value] }),
  lt: (fact, value) => ({ "<": [fact, value] }),
};

function jsonLogicEngine(tests) {
  const branches = tests.flatMap((each, number) => [
    { and: each.map((test) => logic[test.op]({ var: named(test.fact) }, test.value)) },
    number,
  ]);
  return new LogicEngine().build({ if: [...branches, -1] });
}

const operators = {
  is: ["equal"],
  is_not: ["notEqual"],
  in: ["in"],
  contains: ["holds", (text, piece) => text.includes(piece)],
  starts_with: ["begins", (text, start) => text.startsWith(start)],
  between: ["within", (number, [low, high]) => low <= number && number <= high],
  gte: ["greaterThanInclusive"],
  lt: ["lessThan"],
};

function jsonRulesEngine(tests) {
  const engine = new Engine();
  for (const [name, test] of Object.values(operators)) if (test) engine.addOperator(name, test);
  tests.forEach((each, number) => {
    const all = each.map(({ fact, op, value }) => ({
      fact: named(fact),
      operator: operators[op][0],
      value,
    }));
    engine.addRule({
      conditions: { all },
      event: { type: String(number) },
      priority: tests.length - number,
      onSuccess: () => engine.stop(),
    });
  });
  return async (facts) => {
    const { events } = await engine.run(facts);
    return events.length ? Math.min(...events.map((event) => Number(event.type))) : -1;
  };
}

async function rate(first, visitors) {
  const start = process.hrtime.bigint();
  for (const facts of visitors) {
    const answer = first(facts);
    if (answer instanceof Promise) await answer;
  }
  return visitors.length / (Number(process.hrtime.bigint() - start) / 1e9);
}

const rates = {};
const engines = { "json-logic-engine": jsonLogicEngine, "json-rules-engine": jsonRulesEngine };
for (const [name, make] of Object.entries(engines)) {
  const first = make(task.tests);
  const few = name === "json-rules-engine" ? 10 : task.checked.length;
  for (const [place, facts] of task.checked.slice(0, few).entries()) {
    const answer = await first(prepare(facts));
    if (answer !== task.expected[place]) throw new Error(`${name}: ${answer} at ${place}`);
  }
  const size = Math.max(4, Math.floor(task.timed.length / task.rounds));
  const found = [];
  for (let round = 0; round < task.rounds; round += 1) {
    const visitors = task.timed.slice(round * size, (round + 1) * size).map(prepare);
    found.push(await rate(first, name === "json-rules-engine" ? visitors.slice(0, 4) : visitors));
  }
  rates[name] = Math.round(found.sort((a, b) => a - b)[Math.floor(found.length / 2)]);
}
process.stdout.write(JSON.stringify(rates));

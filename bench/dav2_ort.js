// Runs an ONNX file with ONNX Runtime as "bench-dav2 run" runs ours:
//   node dav2_ort.js MODEL.onnx INPUT.f32 HEIGHT WIDTH THREADS RUNS OUT.f32
// Prints one line of JSON with the same names.
const fs = require('fs');
const ort = require('onnxruntime-node');

const [, , model, input, ...rest] = process.argv;
const [h, w, threads, runs] = rest.slice(0, 4).map(Number);

async function main() {
  const bytes = fs.readFileSync(input);
  const data = new Float32Array(bytes.buffer, bytes.byteOffset, 3 * h * w);
  let start = performance.now();
  const session = await ort.InferenceSession.create(model, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
  });
  const load_ms = performance.now() - start;
  const x = new ort.Tensor('float32', data, [1, 3, h, w]);
  const run_ms = [];
  const before = process.cpuUsage();
  let y;
  for (let i = 0; i < runs; i++) {
    start = performance.now();
    y = Object.values(await session.run({ x }))[0];
    run_ms.push(performance.now() - start);
  }
  const cpu = process.cpuUsage(before);
  const cpu_ms = (cpu.user + cpu.system) / 1000 / runs;
  const mean = y.data.reduce((a, b) => a + b, 0) / y.data.length;
  fs.writeFileSync(rest[4],
    Buffer.from(y.data.buffer, y.data.byteOffset, y.data.byteLength));
  console.log(JSON.stringify({
    load_ms, run_ms, cpu_ms, mean, rss_mb: process.resourceUsage().maxRSS / 1024,
  }));
}

main();

import { randomBytes } from "node:crypto";
import { spawn } from "node:child_process";
import { chmod, mkdtemp } from "node:fs/promises";
import { startEmbeddedPostgres } from "../src/db/embedded/embedded-postgres.ts";
import { startLoad } from "./child-process.ts";
import { prepareProgram } from "./program.ts";
const kind = process.argv[2] as any; const seconds=Number(process.argv[3] ?? 5);
const folder = await mkdtemp("/tmp/prof-"); await chmod(folder,0o711);
const pgs = await startEmbeddedPostgres({dataDir:folder});
const rootKey = randomBytes(24).toString("base64url");
const child = spawn(process.execPath,["--cpu-prof","--cpu-prof-dir=/tmp/prof-out","src/main.ts"],{env:{...process.env,NODE_ENV:"production",DATABASE_URL:pgs.url,DATA_DIR:folder,PORT:"0",LOG_LEVEL:"warn",LOYALTY_ROOT_KEY:rootKey},stdio:["ignore","pipe","inherit"]});
const url:string = await new Promise(r=>child.stdout.on("data",c=>{const m=/listens on (http:\/\/[\d.:]+)/.exec(c.toString());if(m)r(m[1]!)}));
const headers = await prepareProgram(url,rootKey);
const pg=(await import("pg")).default; const c=new pg.Client({connectionString:pgs.url}); await c.connect(); await c.query("analyze"); await c.end();
const load=startLoad();
const { readFileSync } = await import("node:fs");
const cpu=()=>{const f=readFileSync(`/proc/${child.pid}/stat`,"utf8").split(") ")[1]!.split(" ");return (Number(f[11])+Number(f[12]))*10};
for (const what of kind==="order"?["order"]:["balance","strong"]) {
const job={url:url+(what==="order"?"/v1/orders":"/v1/members/x/balance"+(what==="strong"?"?consistency=strong":"")),kind:what==="order"?"order":"balance" as any,connections:what==="order"?128:64,headers:{...headers,...(what==="order"?{"content-type":"application/json"}:{})}};
await load.run({...job,seconds:1});
const before=cpu(); const r=await load.run({...job,seconds}); const used=cpu()-before;
console.log(what,r,"service cpu us per request",Math.round(used*1000/r.succeeded));
}
await load.stop(); child.kill("SIGTERM"); await new Promise(r=>child.once("exit",r)); await pgs.stop();

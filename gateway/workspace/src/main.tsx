import "./app/styles";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { Bell } from "./bell/bell";
import replyPicture from "./chat/reply.svg";
import { followAddress } from "./desk/address";
import { leaveTogether, watchPage } from "./desk/page";
import { createSettings } from "./desk/settings";
import { Workspace } from "./desk/workspace";
import { Frames, screen } from "./feed/frames";

// The parts of the page, made once and joined here.
const settings = createSettings(localStorage, window);
const frames = new Frames(screen);
const workspace = new Workspace(settings, { browser: localStorage, tab: sessionStorage }, location, (run) =>
  frames.ask(run),
);
const bell = new Bell(workspace);
const nonce = document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? "";
const root = document.getElementById("root");

new Image().src = replyPicture; // seen first when a line is pointed at, which may be without a network

watchPage(workspace);
leaveTogether(workspace, new BroadcastChannel("parley.session"));
followAddress(workspace, window);
bell.start();
// The server says in the page whether a session's cookie came with the request for it (gateway/page.go): without one
// nobody is signed in, and nobody need be asked.
if (document.querySelector<HTMLMetaElement>("meta[name=parley-cookie]")?.content === "none") workspace.sessions.leave();
else void workspace.begin();
if (root !== null) createRoot(root).render(<App workspace={workspace} nonce={nonce} />);

import "../../look/fonts.css";
import "../../look/tokens.css";
import "../../look/base.css";
import "./runner.css";
import "./notice.css";
import "./stage.css";
import "./lobby.css";
import "./controls.css";
import "./panels.css";

import { place } from "../../api/base";
import { mount } from "../../components/mount";
import { Page } from "./Page";
import { sessionIn, takeToken } from "./key";

const session = sessionIn(place());

/** Before anything is drawn: the address bar is on the big screen too. */
function takeKey(): string | null {
  if (session === null) return null;
  const token = takeToken(session, location.hash);
  if (location.hash !== "") {
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  return token;
}

mount(<Page session={session} token={takeKey()} takeKey={takeKey} />);

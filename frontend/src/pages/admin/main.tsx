import "../../look/fonts.css";
import "../../look/tokens.css";
import "../../look/base.css";
import "./admin.css";
import "./editor.css";
import "./control.css";
import "./report.css";

import { mount } from "../../components/mount";
import { Admin } from "./Admin";
import { askWho } from "./who";

void askWho();
mount(<Admin />);

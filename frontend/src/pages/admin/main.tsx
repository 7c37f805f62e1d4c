import "../../look/fonts.css";
import "../../look/tokens.css";
import "../../look/base.css";
import "./admin.css";

import { mount } from "../../components/mount";
import { Admin } from "./Admin";
import { askWho } from "./who";

void askWho();
mount(<Admin />);

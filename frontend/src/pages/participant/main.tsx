import "../../look/tokens.css";
import "../../look/base.css";
import "./participant.css";

import { mount } from "../../components/mount";
import { Page } from "./Page";

mount(<Page />);

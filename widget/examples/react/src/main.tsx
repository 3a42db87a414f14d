import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { MyPage } from "./MyPage";
import "./site.css";

const root = document.getElementById("root");
if (!root) throw new Error("the page has no #root");
createRoot(root).render(
  <StrictMode>
    <MyPage />
  </StrictMode>,
);

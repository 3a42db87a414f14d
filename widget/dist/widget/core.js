import{C as t,e as d,t as s}from"./core-BHS2ePt5.js";export{t as ChatWidget,d as defineWidget,s as takeCommands};

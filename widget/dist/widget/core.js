import{C as t,e as d,t as s}from"./core-V_YMX38r.js";export{t as ChatWidget,d as defineWidget,s as takeCommands};

import{C as t,e as d,t as s}from"./core-Br-Lq_Zh.js";export{t as ChatWidget,d as defineWidget,s as takeCommands};

import{C as t,e as d,t as s}from"./core-2BuenVKw.js";export{t as ChatWidget,d as defineWidget,s as takeCommands};

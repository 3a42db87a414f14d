const t="chat-widget";export{t as name};

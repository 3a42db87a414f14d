(function(){"use strict";const t=document.currentScript,c=new URL("widget/",t?.src??location.href);import(new URL("core.js",c).href)})();

/* empty css    */SwaggerUIBundle({dom_id:"#api",url:"/openapi.json",deepLinking:!0,validatorUrl:null});

// Sends the answer on at once; without script the button does it.
document.forms[0].submit();
